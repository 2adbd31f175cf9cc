// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the SlashingRegistryCoordinator of two builds of the slashing middleware, chosen in the constructor: that of
// February 2025, which calls a full set MaxQuorumsReached() and has no domainSeparator(), and f310f097.
// It is the registrar of its AVS: the AllocationManager calls it after it has taken the operator into its sets.
//
// Enforced: the order of checks. Operator set ids become quorum numbers by dropping all but their low byte, so set 256
// counts as quorum 0. data is (uint8 type, string socket, params) as top-level parameters, and for CHURN also the
// operators to kick and the approver's signature; a type above CHURN does not decode.
//
// Left out: updateOperators, bitmap history, the socket registry, setters of the owner that no test needs, proxies.
// version(), left out too, is the build's and not the version of the EIP-712 domain.

import {ISlashingBLSApkRegistry, ISlashingStakeRegistry} from "./CoreInterfaces.sol";
import {CreateSetParams} from "./OperatorSetTypes.sol";
import {SlashingMembership} from "./SlashingMembership.sol";
import {
    OperatorInfo,
    OperatorKickParam,
    OperatorSetParam,
    OperatorStatus,
    PubkeyRegistrationParams,
    SignatureWithSaltAndExpiry,
    StrategyParams
} from "./Types.sol";

contract SlashingRegistryCoordinator is SlashingMembership {
    enum RegistrationType {
        NORMAL,
        CHURN
    }

    error OnlyAllocationManager();
    error OnlyEjector();
    error InvalidAVS();
    error QuorumDoesNotExist();

    event OperatorSetParamsUpdated(uint8 indexed quorumNumber, OperatorSetParam operatorSetParams);

    uint8 private constant PAUSED_REGISTER = 0;
    uint8 private constant PAUSED_DEREGISTER = 1;

    modifier onlyAllocationManager() {
        if (msg.sender != address(allocationManager)) revert OnlyAllocationManager();
        _;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    constructor(Setup memory setup) SlashingMembership(setup) {}

    // ---- the AllocationManager's calls

    function registerOperator(address operator, address avs_, uint32[] calldata operatorSetIds, bytes calldata data)
        external
        onlyAllocationManager
        onlyWhenNotPaused(PAUSED_REGISTER)
    {
        if (!supportsAVS(avs_)) revert InvalidAVS();
        bytes memory quorumNumbers = _quorumNumbers(operatorSetIds);
        (RegistrationType kind, string memory socket, PubkeyRegistrationParams memory params) =
            abi.decode(data, (RegistrationType, string, PubkeyRegistrationParams));
        bytes32 operatorId = _getOrCreateOperatorId(operator, params);
        if (kind == RegistrationType.NORMAL) _registerNormally(operator, operatorId, quorumNumbers, socket);
        else _registerForAnother(operator, operatorId, quorumNumbers, data);
    }

    function deregisterOperator(address operator, address avs_, uint32[] calldata operatorSetIds)
        external
        onlyAllocationManager
        onlyWhenNotPaused(PAUSED_DEREGISTER)
    {
        if (!supportsAVS(avs_)) revert InvalidAVS();
        _deregister(operator, _quorumNumbers(operatorSetIds));
    }

    // ---- the operator's call: msg.sender is the operator, an appointee cannot do it

    function updateSocket(string calldata socket) external {
        OperatorInfo memory info = _operatorInfo[msg.sender];
        if (info.status != OperatorStatus.REGISTERED) revert NotRegistered();
        emit OperatorSocketUpdate(info.operatorId, socket);
    }

    // ---- the ejector's and the owner's calls

    function ejectOperator(address operator, bytes calldata quorumNumbers) external {
        if (msg.sender != ejector) revert OnlyEjector();
        lastEjectionTimestamp[operator] = block.timestamp;
        _kick(operator, quorumNumbers);
    }

    function createTotalDelegatedStakeQuorum(
        OperatorSetParam calldata params,
        uint96 minimumStake,
        StrategyParams[] calldata strategies
    ) external onlyOwner {
        uint8 quorumNumber = _createQuorum(params, strategies);
        ISlashingStakeRegistry(stakeRegistry).initializeDelegatedStakeQuorum(quorumNumber, minimumStake, strategies);
    }

    function createSlashableStakeQuorum(
        OperatorSetParam calldata params,
        uint96 minimumStake,
        StrategyParams[] calldata strategies,
        uint32 lookAheadPeriod
    ) external onlyOwner {
        uint8 quorumNumber = _createQuorum(params, strategies);
        ISlashingStakeRegistry(stakeRegistry).initializeSlashableStakeQuorum(
            quorumNumber, minimumStake, lookAheadPeriod, strategies
        );
    }

    function setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) external onlyOwner {
        if (quorumNumber >= quorumCount) revert QuorumDoesNotExist();
        _setOperatorSetParams(quorumNumber, params);
    }

    // ---- getters

    function supportsAVS(address avs_) public view returns (bool) {
        return avs_ == avs;
    }

    function accountIdentifier() external view returns (address) {
        return avs;
    }

    function domainSeparator() external view returns (bytes32) {
        if (_isFeb2025) revert();
        return _separator();
    }

    function calculatePubkeyRegistrationMessageHash(address operator) external view returns (bytes32) {
        return _pubkeyRegistrationDigest(operator);
    }

    function getOperator(address operator) external view returns (OperatorInfo memory) {
        return _operatorInfo[operator];
    }

    function getOperatorId(address operator) external view returns (bytes32) {
        return _operatorInfo[operator].operatorId;
    }

    function getOperatorStatus(address operator) external view returns (OperatorStatus) {
        return _operatorInfo[operator].status;
    }

    function getOperatorSetParams(uint8 quorumNumber) external view returns (OperatorSetParam memory) {
        return _operatorSetParams[quorumNumber];
    }

    // ---- inside

    /// Once an operator has a key here, params is not even looked at.
    function _getOrCreateOperatorId(address operator, PubkeyRegistrationParams memory params)
        private
        returns (bytes32)
    {
        return ISlashingBLSApkRegistry(blsApkRegistry).getOrRegisterOperatorId(
            operator, params, pubkeyRegistrationMessageHash(operator)
        );
    }

    function _registerForAnother(
        address operator,
        bytes32 operatorId,
        bytes memory quorumNumbers,
        bytes calldata data
    ) private {
        (, string memory socket,, OperatorKickParam[] memory kicks, SignatureWithSaltAndExpiry memory approval) =
        abi.decode(
            data,
            (RegistrationType, string, PubkeyRegistrationParams, OperatorKickParam[], SignatureWithSaltAndExpiry)
        );
        _registerWithChurn(operator, operatorId, quorumNumbers, socket, kicks, approval);
    }

    function _createQuorum(OperatorSetParam calldata params, StrategyParams[] calldata strategies)
        private
        returns (uint8 quorumNumber)
    {
        quorumNumber = quorumCount++;
        _setOperatorSetParams(quorumNumber, params);
        CreateSetParams[] memory sets = new CreateSetParams[](1);
        sets[0] = CreateSetParams(quorumNumber, new address[](strategies.length));
        for (uint256 i = 0; i < strategies.length; i++) {
            sets[0].strategies[i] = strategies[i].strategy;
        }
        allocationManager.createOperatorSets(avs, sets);
    }

    function _setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) private {
        _operatorSetParams[quorumNumber] = params;
        emit OperatorSetParamsUpdated(quorumNumber, params);
    }

    /// The order of the ids is checked later, and on what is left of them here.
    function _quorumNumbers(uint32[] calldata operatorSetIds) private pure returns (bytes memory quorumNumbers) {
        quorumNumbers = new bytes(operatorSetIds.length);
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            quorumNumbers[i] = bytes1(uint8(operatorSetIds[i]));
        }
    }
}
