// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the RegistryCoordinator of three times, chosen in the constructor:
//   A   eigenlayer-middleware 7d49b51: "RegistryCoordinator." words, a socket event on every registration, no cooldown
//   A2  eigenlayer-middleware b42aa0b, EigenDA's: "RegCoord." words, the socket counts only on the way from not
//       registered to registered, an ejected operator has to wait
//   A2 with autoChurn  EigenDA master 61019b4: a full quorum admits the newcomer and then drops whoever has the lowest
//       stake in it, which may be the newcomer itself, in a transaction that succeeds
//
// Enforced: the order of checks of registerOperator, registerOperatorWithChurn, deregisterOperator, updateSocket and
// ejectOperator. A function that a generation lacks answers as an unknown selector does, by an empty revert.
//
// Left out: updateOperators, bitmap history, the socket registry, the limit of 192 quorums, proxies and initializers.

import {CoordinatorMembership} from "./CoordinatorMembership.sol";
import {QuorumBitmap} from "./QuorumBitmap.sol";
import {
    OperatorInfo,
    OperatorKickParam,
    OperatorSetParam,
    OperatorStatus,
    PubkeyRegistrationParams,
    SignatureWithSaltAndExpiry,
    StrategyParams
} from "./Types.sol";

contract RegistryCoordinator is CoordinatorMembership {
    event OperatorSetParamsUpdated(uint8 indexed quorumNumber, OperatorSetParam operatorSetParams);

    uint8 private constant PAUSED_REGISTER = 0;
    uint8 private constant PAUSED_DEREGISTER = 1;

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    constructor(Setup memory setup) CoordinatorMembership(setup) {}

    // ---- the operator's calls: msg.sender is the operator, in every generation

    function registerOperator(
        bytes calldata quorumNumbers,
        string calldata socket,
        PubkeyRegistrationParams calldata params,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) public onlyWhenNotPaused(PAUSED_REGISTER) {
        bytes32 operatorId = _getOrCreateOperatorId(msg.sender, params);
        (uint32[] memory counts,,) = _register(msg.sender, operatorId, quorumNumbers, socket, operatorSignature);
        for (uint256 i = 0; i < counts.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (counts[i] <= _operatorSetParams[quorumNumber].maxOperatorCount) continue;
            _require(
                _autoChurn,
                "RegistryCoordinator.registerOperator: operator count exceeds maximum",
                "RegCoord.registerOperator: operator count exceeds maximum"
            );
            _dropLowestStake(quorumNumber);
        }
    }

    /// With autoChurn this is registerOperator: neither the kicks nor the approval are looked at.
    function registerOperatorWithChurn(
        bytes calldata quorumNumbers,
        string calldata socket,
        PubkeyRegistrationParams calldata params,
        OperatorKickParam[] calldata kicks,
        SignatureWithSaltAndExpiry memory approval,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) external {
        if (_autoChurn) return registerOperator(quorumNumbers, socket, params, operatorSignature);
        if (paused(PAUSED_REGISTER)) _revertBecausePaused();
        _require(
            kicks.length == quorumNumbers.length,
            "RegistryCoordinator.registerOperatorWithChurn: input length mismatch",
            "RegCoord.registerOperatorWithChurn: input length mismatch"
        );
        bytes32 operatorId = _getOrCreateOperatorId(msg.sender, params);
        _verifyApproval(msg.sender, operatorId, kicks, approval);
        (uint32[] memory counts, uint96[] memory stakes, uint96[] memory totals) =
            _register(msg.sender, operatorId, quorumNumbers, socket, operatorSignature);
        for (uint256 i = 0; i < counts.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (counts[i] <= _operatorSetParams[quorumNumber].maxOperatorCount) continue;
            _validateChurn(quorumNumber, msg.sender, stakes[i], totals[i], kicks[i]);
            _deregister(kicks[i].operator, abi.encodePacked(quorumNumber));
        }
    }

    function deregisterOperator(bytes calldata quorumNumbers) external onlyWhenNotPaused(PAUSED_DEREGISTER) {
        _deregister(msg.sender, quorumNumbers);
    }

    function updateSocket(string calldata socket) external {
        _require(
            _operatorInfo[msg.sender].status == OperatorStatus.REGISTERED,
            "RegistryCoordinator.updateSocket: operator is not registered",
            "RegCoord.updateSocket: operator not registered"
        );
        emit OperatorSocketUpdate(_operatorInfo[msg.sender].operatorId, socket);
    }

    // ---- the ejector's and the owner's calls

    /// A2 starts the cooldown even where there is nothing to eject from, and then succeeds; A reverts.
    function ejectOperator(address operator, bytes calldata quorumNumbers) external {
        _require(
            msg.sender == ejector,
            "RegistryCoordinator.onlyEjector: caller is not the ejector",
            "RegCoord.onlyEjector: caller is not the ejector"
        );
        if (!_isA2) return _deregister(operator, quorumNumbers);

        _lastEjectionTimestamp[operator] = block.timestamp;
        uint192 leaving = QuorumBitmap.parse(quorumNumbers, quorumCount);
        OperatorInfo memory info = _operatorInfo[operator];
        bool isMember = leaving != 0 && leaving & ~getCurrentQuorumBitmap[info.operatorId] == 0;
        if (info.status == OperatorStatus.REGISTERED && isMember) _deregister(operator, quorumNumbers);
    }

    function createQuorum(OperatorSetParam calldata params, uint96 minimumStake, StrategyParams[] calldata strategies)
        external
        onlyOwner
    {
        uint8 quorumNumber = quorumCount++;
        _setOperatorSetParams(quorumNumber, params);
        stakeRegistry.initializeQuorum(quorumNumber, minimumStake, strategies);
    }

    function setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) external onlyOwner {
        _require(
            quorumNumber < quorumCount,
            "RegistryCoordinator.quorumExists: quorum does not exist",
            "RegCoord.quorumExists: quorum does not exist"
        );
        _setOperatorSetParams(quorumNumber, params);
    }

    // ---- getters

    function getOperator(address operator) external view returns (OperatorInfo memory) {
        return _operatorInfo[operator];
    }

    function getOperatorId(address operator) external view returns (bytes32) {
        return _operatorInfo[operator].operatorId;
    }

    function getOperatorStatus(address operator) external view returns (OperatorStatus) {
        return _operatorInfo[operator].status;
    }

    function getOperatorFromId(bytes32 operatorId) external view returns (address) {
        return blsApkRegistry.pubkeyHashToOperator(operatorId);
    }

    function getOperatorSetParams(uint8 quorumNumber) external view returns (OperatorSetParam memory) {
        return _operatorSetParams[quorumNumber];
    }

    function ejectionCooldown() external view returns (uint256) {
        _existsIf(_isA2);
        return _ejectionCooldown;
    }

    function lastEjectionTimestamp(address operator) external view returns (uint256) {
        _existsIf(_isA2);
        return _lastEjectionTimestamp[operator];
    }

    function isChurnApproverSaltUsed(bytes32 salt) external view returns (bool) {
        return _approverSaltIsUsed[salt];
    }

    function registries(uint256 index) external view returns (address) {
        _existsIf(!_autoChurn && index < 3);
        if (index == 0) return address(stakeRegistry);
        return index == 1 ? address(blsApkRegistry) : address(indexRegistry);
    }

    function _setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) private {
        _operatorSetParams[quorumNumber] = params;
        emit OperatorSetParamsUpdated(quorumNumber, params);
    }

    function _existsIf(bool exists) private pure {
        if (!exists) revert();
    }
}
