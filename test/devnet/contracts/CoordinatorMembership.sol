// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// How an operator gets into the quorums of a RegistryCoordinator of M2 (7d49b51, b42aa0b, EigenDA 61019b4), how one takes
// another's place, and how it leaves: state and steps. Stands apart from RegistryCoordinator.sol, which has the calls and
// says what is enforced, for its readers only.

import {CoordinatorMessages} from "./CoordinatorMessages.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {IBLSApkRegistry, IIndexRegistry, IServiceManager, IStakeRegistry} from "./Interfaces.sol";
import {Pausable} from "./Pausable.sol";
import {QuorumBitmap} from "./QuorumBitmap.sol";
import {
    OperatorInfo,
    OperatorKickParam,
    OperatorSetParam,
    OperatorStatus,
    PubkeyRegistrationParams,
    SignatureWithSaltAndExpiry
} from "./Types.sol";

abstract contract CoordinatorMembership is Pausable, CoordinatorMessages {
    struct Setup {
        bool isA2;
        bool autoChurn;
        address owner;
        address ejector;
        address churnApprover;
        uint256 ejectionCooldown;
        IServiceManager serviceManager;
        IBLSApkRegistry blsApkRegistry;
        IStakeRegistry stakeRegistry;
        IIndexRegistry indexRegistry;
    }

    event OperatorRegistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorDeregistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorSocketUpdate(bytes32 indexed operatorId, string socket);

    uint256 private constant BIPS = 10_000;

    bool internal immutable _isA2;
    bool internal immutable _autoChurn;
    uint256 internal immutable _ejectionCooldown;
    address public immutable owner;
    address public immutable ejector;
    address public immutable churnApprover;
    IServiceManager public immutable serviceManager;
    IBLSApkRegistry public immutable blsApkRegistry;
    IStakeRegistry public immutable stakeRegistry;
    IIndexRegistry public immutable indexRegistry;

    uint8 public quorumCount;
    mapping(uint8 quorumNumber => OperatorSetParam) internal _operatorSetParams;
    mapping(address operator => OperatorInfo) internal _operatorInfo;
    mapping(bytes32 operatorId => uint192) public getCurrentQuorumBitmap;
    mapping(address operator => uint256) internal _lastEjectionTimestamp;
    mapping(bytes32 salt => bool) internal _approverSaltIsUsed;

    constructor(Setup memory setup) CoordinatorMessages(!setup.autoChurn) {
        _isA2 = setup.isA2;
        _autoChurn = setup.autoChurn;
        _ejectionCooldown = setup.ejectionCooldown;
        owner = setup.owner;
        ejector = setup.ejector;
        churnApprover = setup.churnApprover;
        serviceManager = setup.serviceManager;
        blsApkRegistry = setup.blsApkRegistry;
        stakeRegistry = setup.stakeRegistry;
        indexRegistry = setup.indexRegistry;
    }

    // ---- the steps of a registration, in their order

    /// Once an operator has a key here, params is not even looked at.
    function _getOrCreateOperatorId(address operator, PubkeyRegistrationParams calldata params)
        internal
        returns (bytes32 operatorId)
    {
        operatorId = blsApkRegistry.getOperatorId(operator);
        if (operatorId != 0) return operatorId;
        return blsApkRegistry.registerBLSPublicKey(operator, params, pubkeyRegistrationMessageHash(operator));
    }

    function _register(
        address operator,
        bytes32 operatorId,
        bytes calldata quorumNumbers,
        string calldata socket,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) internal returns (uint32[] memory counts, uint96[] memory stakes, uint96[] memory totals) {
        _addToBitmap(operator, operatorId, quorumNumbers);
        _becomeRegistered(operator, operatorId, socket, operatorSignature);
        blsApkRegistry.registerOperator(operator, quorumNumbers);
        (stakes, totals) = stakeRegistry.registerOperator(operator, operatorId, quorumNumbers);
        counts = indexRegistry.registerOperator(operatorId, quorumNumbers);
    }

    function _addToBitmap(address operator, bytes32 operatorId, bytes calldata quorumNumbers) private {
        uint192 joining = QuorumBitmap.parse(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        _require(
            joining != 0,
            "RegistryCoordinator._registerOperator: bitmap cannot be 0",
            "RegCoord._registerOperator: bitmap cannot be 0"
        );
        _require(
            joining & current == 0,
            "RegistryCoordinator._registerOperator: operator already registered for some quorums being registered for",
            "RegCoord._registerOperator: operator already registered for some quorums"
        );
        if (_isA2) {
            require(
                _lastEjectionTimestamp[operator] + _ejectionCooldown < block.timestamp,
                "RegCoord._registerOperator: operator cannot reregister yet"
            );
        }
        getCurrentQuorumBitmap[operatorId] = current | joining;
    }

    /// Whoever is registered already stays so: the signature is not looked at.
    function _becomeRegistered(
        address operator,
        bytes32 operatorId,
        string calldata socket,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) private {
        if (!_isA2) emit OperatorSocketUpdate(operatorId, socket);
        if (_operatorInfo[operator].status == OperatorStatus.REGISTERED) return;
        _operatorInfo[operator] = OperatorInfo(operatorId, OperatorStatus.REGISTERED);
        serviceManager.registerOperatorToAVS(operator, operatorSignature);
        if (_isA2) emit OperatorSocketUpdate(operatorId, socket);
        emit OperatorRegistered(operator, operatorId);
    }

    function _verifyApproval(
        address operator,
        bytes32 operatorId,
        OperatorKickParam[] memory kicks,
        SignatureWithSaltAndExpiry memory approval
    ) internal {
        _require(
            !_approverSaltIsUsed[approval.salt],
            "RegistryCoordinator._verifyChurnApproverSignature: churnApprover salt already used",
            "RegCoord._verifyChurnApproverSignature: churnApprover salt already used"
        );
        _require(
            approval.expiry >= block.timestamp,
            "RegistryCoordinator._verifyChurnApproverSignature: churnApprover signature expired",
            "RegCoord._verifyChurnApproverSignature: churnApprover signature expired"
        );
        _approverSaltIsUsed[approval.salt] = true;
        bytes32 digest =
            calculateOperatorChurnApprovalDigestHash(operator, operatorId, kicks, approval.salt, approval.expiry);
        Ecdsa.requireSignatureM2(churnApprover, digest, approval.signature);
    }

    /// The total is that with the newcomer in it.
    function _validateChurn(
        uint8 quorumNumber,
        address newcomer,
        uint96 newcomerStake,
        uint96 totalStake,
        OperatorKickParam calldata kick
    ) internal view {
        _require(
            newcomer != kick.operator,
            "RegistryCoordinator._validateChurn: cannot churn self",
            "RegCoord._validateChurn: cannot churn self"
        );
        _require(
            kick.quorumNumber == quorumNumber,
            "RegistryCoordinator._validateChurn: quorumNumber not the same as signed",
            "RegCoord._validateChurn: quorumNumber not the same as signed"
        );
        bytes32 idToKick = _operatorInfo[kick.operator].operatorId;
        uint256 stakeToKick = stakeRegistry.getCurrentStake(idToKick, quorumNumber);
        OperatorSetParam memory params = _operatorSetParams[quorumNumber];
        _require(
            newcomerStake > stakeToKick * params.kickBIPsOfOperatorStake / BIPS,
            "RegistryCoordinator._validateChurn: incoming operator has insufficient stake for churn",
            "RegCoord._validateChurn: incoming operator has insufficient stake for churn"
        );
        _require(
            stakeToKick < uint256(totalStake) * params.kickBIPsOfTotalStake / BIPS,
            "RegistryCoordinator._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake",
            "RegCoord._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake"
        );
    }

    function _dropLowestStake(uint8 quorumNumber) internal {
        bytes32[] memory ids = indexRegistry.operatorIds(quorumNumber);
        bytes32 lowestId;
        uint96 lowest = type(uint96).max;
        for (uint256 i = 0; i < ids.length; i++) {
            uint96 stake = stakeRegistry.getCurrentStake(ids[i], quorumNumber);
            if (stake < lowest) (lowest, lowestId) = (stake, ids[i]);
        }
        _deregister(blsApkRegistry.pubkeyHashToOperator(lowestId), abi.encodePacked(quorumNumber));
    }

    function _deregister(address operator, bytes memory quorumNumbers) internal {
        OperatorInfo storage info = _operatorInfo[operator];
        bytes32 operatorId = info.operatorId;
        _require(
            info.status == OperatorStatus.REGISTERED,
            "RegistryCoordinator._deregisterOperator: operator is not registered",
            "RegCoord._deregisterOperator: operator is not registered"
        );
        uint192 leaving = QuorumBitmap.parse(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        _require(
            leaving != 0,
            "RegistryCoordinator._deregisterOperator: bitmap cannot be 0",
            "RegCoord._deregisterOperator: bitmap cannot be 0"
        );
        _require(
            leaving & ~current == 0,
            "RegistryCoordinator._deregisterOperator: operator is not registered for specified quorums",
            "RegCoord._deregisterOperator: operator is not registered for quorums"
        );
        getCurrentQuorumBitmap[operatorId] = current & ~leaving;
        if (current == leaving) {
            info.status = OperatorStatus.DEREGISTERED;
            serviceManager.deregisterOperatorFromAVS(operator);
            emit OperatorDeregistered(operator, operatorId);
        }
        blsApkRegistry.deregisterOperator(operator, quorumNumbers);
        stakeRegistry.deregisterOperator(operatorId, quorumNumbers);
        indexRegistry.deregisterOperator(operatorId, quorumNumbers);
    }

    function _require(bool condition, string memory wordsA, string memory wordsA2) internal view {
        require(condition, _isA2 ? wordsA2 : wordsA);
    }
}
